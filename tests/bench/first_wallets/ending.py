"""How every one of these programs ends: with the most memory it ever had, in KiB."""

import sys
from pathlib import Path


def end(wallets):
    """Print what the kernel knows; fail where not all wallets came."""
    status = Path("/proc/self/status").read_text()
    print(status.partition("VmHWM:")[2].split()[0])
    sys.exit(wallets != 6)
