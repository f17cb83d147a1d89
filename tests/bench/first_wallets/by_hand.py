"""Sign a request by hand, send it with requests, read the answer, end."""

import hashlib
import hmac
import sys
import time

import requests
from ending import end

nonce = str(time.time_ns() // 1000)
message = f"/api/v2/auth/r/wallets{nonce}{{}}".encode()
headers = {
    "Content-Type": "application/json",
    "bfx-nonce": nonce,
    "bfx-apikey": "key",
    "bfx-signature": hmac.new(b"secret", message, hashlib.sha384).hexdigest(),
}
url = f"{sys.argv[1]}/v2/auth/r/wallets"
with requests.Session() as session:
    end(len(session.post(url, data=b"{}", headers=headers, timeout=10).json()))
