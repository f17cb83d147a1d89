"""What an answer means: refused for certain, accepted, or not to be told. Pure functions.

A read that failed may be repeated, so only writes need the fine distinctions:

    what came back                                           verdict
    nothing left this machine                                NotSent
    sent, and no readable answer                             OutcomeUnknown
    ["error", code, …] of `CERTAIN_CODES`  , any HTTP status  Refused, final
    ["error", 10001, …]                                      Refused, to be looked up once
    HTTP 429, {"error": "ERR_RATE_LIMIT"}                    RateLimited, to be looked up once
    any other error code, 5xx, 3xx, HTML, odd 4xx            OutcomeUnknown
    200, SUCCESS, one order, and it is ours                  the order
    200, ERROR or FAILURE                                    Refused, final
    200, other status, no order, another order               OutcomeUnknown
"""
