"""What holds a person back on purpose: the kill switch, and limits that were set when calm."""
