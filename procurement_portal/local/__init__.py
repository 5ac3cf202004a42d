"""One machine, one person: environment, embedded servers and supervisor behind `manage.py`. No Django here."""
