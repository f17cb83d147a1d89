"""The same by bitfinex-api-py."""

import sys

from bfxapi import Client
from ending import end

rest = Client("key", "secret", rest_host=f"{sys.argv[1]}/v2").rest
end(len(rest.auth.get_wallets()))
