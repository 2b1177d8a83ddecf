"""Singer tap that extracts the euro reference rates of the European Central Bank."""
