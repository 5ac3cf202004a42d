"""What was sent to whom, and the message threads."""
