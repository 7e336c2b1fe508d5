#!/bin/sh
# Certificates are replaced while the proxy runs; it reads them when it is reloaded.
(while sleep 21600; do nginx -s reload; done) &
