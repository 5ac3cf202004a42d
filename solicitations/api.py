"""The API of the app: published notices and past contracts for everybody, one's own proposals when signed in.

Every answer comes from the queries the pages use; there is no second way to a record.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from procurement_portal.people.access import public, requires
from procurement_portal.people.actor import Actor
from solicitations.forms.find import FilterForm, departments
from solicitations.forms.register import RegisterFilterForm
from solicitations.models.award import Award
from solicitations.models.contract import Amendment, Contract, ContractParticipant
from solicitations.models.facts import FundingShare
from solicitations.models.register import RegisterContract, RegisterRow
from solicitations.models.solicitation import Solicitation
from solicitations.models.submission import Submission
from solicitations.queries import award, find, register, submission
from solicitations.queries.contract import figures as contract_figures
from solicitations.queries.contract import visible as visible_contracts
from solicitations.queries.solicitation import areas, funding


class NoticeSerializer(serializers.ModelSerializer[Solicitation]):
    """A published solicitation in a list. Amounts are dollars as decimal text, instants are UTC."""

    department = serializers.CharField(source="department.name")
    jurisdiction = serializers.CharField(source="department.jurisdiction")

    class Meta:
        model = Solicitation
        fields = [
            "id", "number", "title", "summary", "department", "jurisdiction", "service_category", "method", "status",
            "amount_total", "award_min", "award_max", "published_at", "questions_due_at", "due_at",
        ]  # fmt: skip


class FundingSerializer(serializers.ModelSerializer[FundingShare]):
    """One source's share of the money, as a fraction of 1."""

    class Meta:
        model = FundingShare
        fields = ["source", "program", "fraction"]


class NoticeDetailSerializer(NoticeSerializer):
    """The whole published solicitation."""

    community_areas = serializers.SerializerMethodField(
        help_text="Numbers of Chicago community areas; empty: everywhere."
    )
    funding = serializers.SerializerMethodField()

    class Meta(NoticeSerializer.Meta):
        fields = [
            *NoticeSerializer.Meta.fields, "purpose", "services", "eligibility", "languages", "term_months", "renewals_count",
            "renewal_months", "conference_at", "conference_place", "expected_start_on", "advertised_on", "unconfirmed_rule",
            "community_areas", "funding",
        ]  # fmt: skip

    def get_community_areas(self, notice: Solicitation) -> list[int]:
        """The areas served."""
        return areas(notice)

    @extend_schema_field(FundingSerializer(many=True))
    def get_funding(self, notice: Solicitation) -> list[dict[str, Any]]:
        """The funding shares, largest first."""
        return FundingSerializer(funding(notice), many=True).data  # type: ignore[return-value]


class PastContractSerializer(serializers.ModelSerializer[RegisterContract]):
    """A past contract as the City published it; `total` is the signed sum of its rows. Scope: not determined."""

    scope = serializers.CharField(default="not_determined", read_only=True)

    class Meta:
        model = RegisterContract
        fields = [
            "number", "description", "vendor_name", "department", "contract_type", "procurement_type", "starts_on", "ends_on",
            "last_approved_on", "revisions", "total", "scope",
        ]  # fmt: skip


class PastRowSerializer(serializers.ModelSerializer[RegisterRow]):
    """One row of the City's file."""

    class Meta:
        model = RegisterRow
        fields = ["revision", "description", "approved_on", "starts_on", "ends_on", "amount", "vendor_name"]


class PastContractDetailSerializer(PastContractSerializer):
    """A past contract with its rows."""

    rows = serializers.SerializerMethodField()

    class Meta(PastContractSerializer.Meta):
        fields = [*PastContractSerializer.Meta.fields, "rows"]

    @extend_schema_field(PastRowSerializer(many=True))
    def get_rows(self, contract: RegisterContract) -> list[dict[str, Any]]:
        """Every row of the file for this contract."""
        return PastRowSerializer(register.contract_rows(contract), many=True).data  # type: ignore[return-value]


class ProposalSerializer(serializers.ModelSerializer[Submission]):
    """A proposal of the organization one acts for: where it stands. Its answers are sealed and not served here."""

    solicitation = serializers.CharField(source="solicitation.number")
    solicitation_id = serializers.IntegerField()
    title = serializers.CharField(source="solicitation.title")
    due_at = serializers.DateTimeField(source="solicitation.due_at")
    status = serializers.CharField(help_text="draft, submitted, withdrawn or late.")

    class Meta:
        model = Submission
        fields = ["id", "solicitation", "solicitation_id", "title", "kind", "status", "due_at"]


class ParticipantSerializer(serializers.ModelSerializer[ContractParticipant]):
    """An organization in a contract: its name and its part."""

    organization = serializers.CharField(source="organization.name")

    class Meta:
        model = ContractParticipant
        fields = ["organization", "part"]


class AmendmentSerializer(serializers.ModelSerializer[Amendment]):
    """An amendment in force."""

    class Meta:
        model = Amendment
        fields = ["number", "kind", "amount_change", "new_ends_on", "scope_change", "reason", "signed_at"]


class ContractSerializer(serializers.ModelSerializer[Contract]):
    """A contract: executed ones for everybody, one's own in every state. Amounts are dollars as decimal text."""

    department = serializers.CharField(source="department.name")
    jurisdiction = serializers.CharField(source="department.jurisdiction")
    solicitation = serializers.CharField(source="solicitation.number", default=None)
    status = serializers.CharField(help_text="draft, in_signature, signed, abandoned, ended or terminated.")
    participants = ParticipantSerializer(many=True)
    amendments = AmendmentSerializer(many=True, help_text="Those in force, in order.")
    present_amount = serializers.SerializerMethodField()
    present_end = serializers.SerializerMethodField()

    class Meta:
        model = Contract
        fields = [
            "number", "title", "department", "jurisdiction", "solicitation", "status", "original_amount", "present_amount",
            "starts_on", "ends_on", "present_end", "areas", "signed_at", "participants", "amendments",
        ]  # fmt: skip

    @extend_schema_field(serializers.DecimalField(max_digits=14, decimal_places=2))
    def get_present_amount(self, contract: Contract) -> str:
        """The original amount and every amendment in force together."""
        return f"{contract_figures(contract, list(contract.amendments.all())).amount:.2f}"

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_present_end(self, contract: Contract) -> date | None:
        """The last day with every amendment in force."""
        return contract_figures(contract, list(contract.amendments.all())).ends_on


class AwardSerializer(serializers.ModelSerializer[Award]):
    """An announced award. Amounts are dollars as decimal text; the newest protest window of its solicitation counts."""

    solicitation = serializers.CharField(source="solicitation.number")
    title = serializers.CharField(source="solicitation.title")
    department = serializers.CharField(source="solicitation.department.name")
    organization = serializers.CharField(source="organization.name")
    lot = serializers.CharField(source="lot.title", allow_null=True, default=None, help_text="Null: no lots.")
    community_areas = serializers.ListField(source="areas", child=serializers.IntegerField())
    status = serializers.CharField(help_text="announced, negotiating, agreed or contracted.")
    protest_until = serializers.DateTimeField(help_text="The last instant a protest is in time.")
    protest_open = serializers.BooleanField(help_text="A protest is filed and not decided.")

    class Meta:
        model = Award
        fields = [
            "id", "solicitation", "title", "department", "organization", "lot", "amount", "community_areas", "status",
            "announced_at", "protest_until", "protest_open",
        ]  # fmt: skip


class Pages(CursorPagination):
    """Pages by a cursor: as fast at the end of the list as at its beginning, and nothing is shown twice."""

    page_size = 25
    max_page_size = 100
    page_size_query_param = "page_size"
    ordering: Any = ("-published_at", "-id")


class RegisterPages(Pages):
    """The register's own order; each page says how many contracts of the whole register stand outside every base."""

    ordering = ("-sort_on", "-id")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """The rows of the page asked for."""
        actor = _actor(request)
        self.outside = register.outside_every_base(actor, register.last_import(actor))
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Response:
        """The page with its number."""
        answer = super().get_paginated_response(data)
        answer.data = {"scope_not_determined": self.outside, **answer.data}
        return answer

    def get_paginated_response_schema(self, schema: Any) -> Any:
        """The same for the OpenAPI description."""
        described = super().get_paginated_response_schema(schema)
        described["properties"]["scope_not_determined"] = {
            "type": "integer",
            "description": "Contracts in the whole register: scope not determined, outside every base.",
        }
        return described


class AwardPages(Pages):
    """Newest first."""

    ordering = ("-announced_at", "-id")


class ProposalPages(Pages):
    """Newest first."""

    ordering = ("-id",)


class ContractPages(Pages):
    """Newest first."""

    ordering = ("-id",)


def _actor(request: Request) -> Actor:
    return request._request.actor  # type: ignore[attr-defined]


_FILTERS = [
    OpenApiParameter(name, str, description=words)
    for name, words in {
        "text": "Words to search for.", "phase": "open, closed, decided or all.", "category": "A service category.",
        "jurisdiction": "city or county.", "due_from": "YYYY-MM-DD, a day in Chicago.", "due_until": "YYYY-MM-DD, a day in Chicago.",
        "amount_least": "Dollars.", "amount_most": "Dollars.",
    }.items()
] + [OpenApiParameter("department", int), OpenApiParameter("area", int, description="A community area, 1 to 77.")]  # fmt: skip


@extend_schema_view(list=extend_schema(parameters=_FILTERS, summary="Published solicitations"))
@public
class NoticeViewSet(viewsets.ReadOnlyModelViewSet[Solicitation]):
    """Published solicitations, newest first; the same filters as the public list. A wrong filter is a 400."""

    queryset = Solicitation.objects.none()
    serializer_class = NoticeSerializer
    pagination_class = Pages
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        """What the filters find, or one notice among all that are public."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        if self.action == "retrieve":
            return find.public(_actor(self.request)).select_related("department")
        form = FilterForm(self.request.GET, departments())
        search = form.search()
        if form.errors:
            raise ValidationError({name: [str(e) for e in errors] for name, errors in form.errors.items()})
        return find.found(_actor(self.request), search)

    def get_serializer_class(self) -> Any:
        """One notice is served whole."""
        return NoticeDetailSerializer if self.action == "retrieve" else NoticeSerializer


@extend_schema_view(list=extend_schema(summary="Past contracts"), retrieve=extend_schema(summary="One past contract"))
@public
class PastContractViewSet(viewsets.ReadOnlyModelViewSet[RegisterContract]):
    """The register of past contracts: imported rows, outside every base of the participation program."""

    queryset = RegisterContract.objects.none()
    serializer_class = PastContractSerializer
    pagination_class = RegisterPages
    filter_backends: list[Any] = []
    lookup_field = "number"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> Any:
        """What the filters find."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        form = RegisterFilterForm(self.request.GET)
        search = form.search()
        if form.errors:
            raise ValidationError({name: [str(e) for e in errors] for name, errors in form.errors.items()})
        return register.contracts(_actor(self.request), search)

    def get_serializer_class(self) -> Any:
        """One contract is served with its rows."""
        return PastContractDetailSerializer if self.action == "retrieve" else PastContractSerializer


@extend_schema_view(
    list=extend_schema(summary="Announced awards"), retrieve=extend_schema(summary="One announced award")
)
@public
class AwardViewSet(viewsets.ReadOnlyModelViewSet[Award]):
    """Awards that stand, from their announcement on, with their protest window. Before it nothing is served."""

    queryset = Award.objects.none()
    serializer_class = AwardSerializer
    pagination_class = AwardPages
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        """What is announced."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return award.listed(_actor(self.request))


@extend_schema_view(list=extend_schema(summary="My organization's proposals"))
@requires("proposals.view")
class ProposalViewSet(viewsets.ReadOnlyModelViewSet[Submission]):
    """The proposals of the organization one acts for, and of no other: anything else is a 404."""

    queryset = Submission.objects.none()
    serializer_class = ProposalSerializer
    pagination_class = ProposalPages
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        """One's own."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        if _actor(self.request).is_public:
            raise Http404
        return submission.own(_actor(self.request))


@extend_schema_view(
    list=extend_schema(
        summary="Contracts",
        parameters=[OpenApiParameter("mine", bool, description="Only those of the organization one acts for.")],
    ),
    retrieve=extend_schema(summary="One contract"),
)
@public
class ContractViewSet(viewsets.ReadOnlyModelViewSet[Contract]):
    """Executed contracts for everybody; for an organization also its own that are on their way. Anything else is a 404."""

    queryset = Contract.objects.none()
    serializer_class = ContractSerializer
    pagination_class = ContractPages
    filter_backends: list[Any] = []
    lookup_field = "number"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> Any:
        """What the actor may see."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return visible_contracts(_actor(self.request), mine=self.request.GET.get("mine") in ("true", "1"))
