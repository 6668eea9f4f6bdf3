"""A stand-in for Twilio and SendGrid on loopback: their wire format, simulated phones and mailboxes."""
