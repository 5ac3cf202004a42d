"""The API router: /api/v1/ and its OpenAPI description at /api/schema/."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from solicitations.api import ContractViewSet, NoticeViewSet, PastContractViewSet, ProposalViewSet

router = SimpleRouter()
router.register("solicitations", NoticeViewSet, basename="solicitation")
router.register("past-contracts", PastContractViewSet, basename="past-contract")
router.register("contracts", ContractViewSet, basename="contract")
router.register("proposals", ProposalViewSet, basename="proposal")

urlpatterns = [
    path("v1/", include((router.urls, "v1"))),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
]
