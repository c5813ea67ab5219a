"""Take releases that are sent: `SECRET=whsec_… python3 delivery_receiver.py PORT FOLDER`.

A TLS proxy stands in front of it. What is taken is signed, fresh, whole and new.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from time import time

LARGEST = 64 * 1024 * 1024
PATIENCE = 300  # seconds that clocks may differ; older messages may be somebody's copy


def is_signed(secret, headers, body):
    """Say whether a message comes from who has the secret, and now."""
    told = [headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")]
    message_id, moment, signatures = told
    if not moment.isdecimal() or abs(time() - int(moment)) > PATIENCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{message_id}.{moment}.".encode() + body
    right = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(right, each) for each in signatures.split(" "))


def take(folder, body):
    """Keep the document of a release; what came before is told in the same words."""
    data = json.loads(body)["data"]
    document = data["document"].encode()
    if hashlib.sha256(document).hexdigest() != data["sha256"]:
        return {"acknowledged": "rejected", "note": "digest of the document"}
    path = Path(folder) / f"{Path(data['release']).name}.json"
    if not path.exists():
        path.write_bytes(document)  # its own signature: see scoring_system.py
    return {"acknowledged": "imported", "reference": path.stem}


class Receiver(BaseHTTPRequestHandler):
    """Answers 401 to whoever has no secret; `secret` and `folder` are set below."""

    def do_POST(self):
        """Take a message."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), LARGEST))
        signed = is_signed(self.secret, self.headers, body)
        said = json.dumps(take(self.folder, body) if signed else {}).encode()
        self.send_response(200 if signed else 401)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)


if __name__ == "__main__":
    Receiver.secret, Receiver.folder = os.environ["SECRET"], sys.argv[2]
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
