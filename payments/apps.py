"""The payments app."""

from procurement_portal.web.app import App


class PaymentsConfig(App):
    name = "payments"
