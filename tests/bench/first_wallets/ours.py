"""Import the client, ask for the wallets once, end."""

import sys

from ending import end

from exchange import Credentials, NoBudget, RestV2

client = RestV2(sys.argv[1], credentials=Credentials("key", "secret"), budget=NoBudget())
end(len(client.wallets()))
