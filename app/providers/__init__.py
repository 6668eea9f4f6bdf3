"""The outside world behind small contracts: what is handed over, what came of it, what was reported later."""
