"""The recurring pieces as tags. Registered on the portal's library; a template loads nothing."""
