"""What the exchange tells us, as frozen values. Money is Decimal, times are aware UTC.

Every `from_wire` takes the parsed array as it came, accepts longer ones, and raises DecodeError
for anything else. Positions in the arrays: Bitfinex docs, the page of each endpoint.
"""
