"""Whether this container's web server is well: asks it as the proxy would, under the name people type."""

import http.client
import os
import sys
from urllib.parse import urlsplit

line = http.client.HTTPConnection("127.0.0.1", 8000, timeout=5)
try:
    line.request("GET", "/healthz", headers={"Host": urlsplit(os.environ["BETWEEN_BASE_URL"]).netloc})
    sys.exit(0 if line.getresponse().status == 200 else 1)
except (OSError, http.client.HTTPException):
    sys.exit(1)
