"""SendGrid: e-mails handed over and reported back."""
