"""Twilio: texts handed over, looked up and reported back."""
