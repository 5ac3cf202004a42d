"""The one library on which every tag of the portal is registered."""

from django import template

register = template.Library()
