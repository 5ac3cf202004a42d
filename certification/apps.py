"""The certification app."""

from procurement_portal.web.app import App


class CertificationConfig(App):
    name = "certification"
