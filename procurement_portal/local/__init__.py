"""One machine, one person: the environment, the embedded servers and the supervisor behind `manage.py`. No Django here."""
