"""The vault room as an installed app."""

from procurement_portal.web.app import App


class VaultConfig(App):
    name = "procurement_portal.vault"
    label = "vault"
