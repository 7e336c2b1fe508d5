"""What the scripts of `npm run interop` write to the program that runs them."""

import json


def write(**message):
    print(json.dumps(message), flush=True)


def holds(sentence, is_so, seen=""):
    """Notes that something holds, or what was seen instead."""
    write(holds=sentence, **({} if is_so else {"seen": f"{seen}"}))
