import { Field } from "@apollo/federation-internals";

const TYPE_NAME = "__typename";

/**
 * Has the planner ask an interface object for its name where it fails otherwise: the key of a field whose required field
 * is resolved by another interface object is read there, name included. The name is that of the interface, which the
 * representation has anyway, and never replaces the concrete one in an answer. No other plan changes, because the
 * planner ended with an error at this place.
 */
export function allowNamesOfInterfaceObjects(): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with its own field below
  const { rebaseOn } = Field.prototype;
  Field.prototype.rebaseOn = function rebaseName(options) {
    const { parentType, errorIfCannotRebase } = options;
    if (!errorIfCannotRebase || this.name !== TYPE_NAME) return rebaseOn.call(this, options);
    const rebased = rebaseOn.call(this, { parentType, errorIfCannotRebase: false });
    const named = parentType.typenameField();
    return rebased ?? (named && this.withUpdatedDefinition(named));
  };
}
