"""The API router: /api/v1/."""
