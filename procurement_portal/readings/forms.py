"""The decision form of one topic."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.law.readings import Question
from procurement_portal.readings import register
from procurement_portal.web.fields import DateField


class DecisionForm(forms.Form):
    """Which value, from which day, why, signed."""

    value = forms.CharField(label=_("Decision"))
    from_day = DateField(label=_("From"), help_text=_("Today or later. What was decided before stays as it was."))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea({"rows": 4}))
    signed_name = forms.CharField(
        label=_("Your name, as your signature"), max_length=150, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, *args: object, topic: register.Topic, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if isinstance(topic, Question):
            choices = [(register.written(value), means) for value, means in topic.choices.items()]
            if not topic.any_whole_number:
                self.fields["value"] = forms.ChoiceField(label=_("Decision"), choices=choices, widget=forms.RadioSelect)
        else:
            self.fields["value"] = forms.IntegerField(
                label=str(topic.unit), min_value=topic.least, max_value=topic.most
            )
        self.order_fields(["value", "from_day", "reason", "signed_name"])
