"""The API router: /api/v1/ and its OpenAPI description at /api/schema/."""

from __future__ import annotations

from typing import Any

from django.urls import include, path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from procurement_portal.people.access import public
from solicitations.api import AwardViewSet, ContractViewSet, NoticeViewSet, PastContractViewSet, ProposalViewSet

router = SimpleRouter()
router.register("solicitations", NoticeViewSet, basename="solicitation")
router.register("awards", AwardViewSet, basename="award")
router.register("past-contracts", PastContractViewSet, basename="past-contract")
router.register("contracts", ContractViewSet, basename="contract")
router.register("proposals", ProposalViewSet, basename="proposal")


class ResourceSerializer(serializers.Serializer[Any]):
    """A list the API serves: its name, its address, and whether one has to be signed in."""

    name = serializers.CharField()
    url = serializers.URLField()
    sign_in = serializers.BooleanField(help_text="true: anonymous requests are answered 401.")


@public
class Resources(APIView):
    """What there is at this address: every list of the API, and where its description stands."""

    @extend_schema(summary="The lists of this API", responses=ResourceSerializer(many=True), operation_id="resources")
    def get(self, request: Request) -> Response:
        """The lists in the order they were registered, then the OpenAPI description."""
        found = [
            {
                "name": prefix,
                "url": reverse(f"v1:{basename}-list", request=request),
                "sign_in": bool(viewset.access.permission),  # type: ignore[attr-defined]
            }
            for prefix, viewset, basename in router.registry
        ]
        found.append({"name": "schema", "url": reverse("schema", request=request), "sign_in": False})
        return Response(ResourceSerializer(found, many=True).data)


urlpatterns = [
    path("v1/", include(([path("", Resources.as_view(), name="resources"), *router.urls], "v1"))),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
]
