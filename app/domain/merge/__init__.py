"""The tag language inside a wording, and how the text it makes fits the channel it goes out by."""
