"""Addresses of the people room, and those sign-in pages of which ours come before the library's."""

from __future__ import annotations

from django.urls import path

from procurement_portal.people.views import account, board, desks, members, organization, oversight, second_factor

app_name = "people"
urlpatterns = [
    path("you/", account.account, name="account"),
    path("you/act-as/", account.act_as, name="act_as"),
    path("you/language/", account.language, name="language"),
    path("you/invitations/", members.own_invitations, name="own_invitations"),
    path("you/invitations/<int:pk>/answer/", members.answer, name="answer_invitation"),
    path("invitation/<str:token>/", members.invitation, name="invitation"),
    path("account/second-factor/", second_factor.second_factor, name="second_factor"),
    path("account/2fa/totp/activate/", second_factor.activate_app, name="activate_app"),
    path("account/2fa/webauthn/add/", second_factor.add_passkey, name="add_passkey"),
    path("account/2fa/recovery-codes/", second_factor.recovery_codes, name="recovery_codes"),
    path("account/2fa/recovery-codes/download/", second_factor.download_codes, name="download_codes"),
    path("account/recover/", oversight.recover, name="recover"),
    path("account/recover/asked/", oversight.recover_asked, name="recover_asked"),
    path("organization/register/", organization.register, name="register"),
    path("organization/", organization.organization, name="organization"),
    path("organization/profile/", organization.profile, name="profile"),
    path("organization/address/", organization.address, name="address"),
    path("organization/ein/", organization.ein, name="ein"),
    path("organization/board/", board.board, name="board"),
    path("organization/board/<int:pk>/remove/", board.remove_board_member, name="remove_board_member"),
    path("organization/history/", organization.history, name="organization_history"),
    path("organization/sign/", organization.claim, name="claim"),
    path("organization/ventures/<int:pk>/agree/", organization.agree, name="agree"),
    path("organization/administrator/", oversight.ask_administrator, name="ask_administrator"),
    path("members/", members.member_list, name="members"),
    path("members/invite/", members.invite, name="invite"),
    path("members/invitations/<int:pk>/revoke/", members.revoke, name="revoke_invitation"),
    path("members/<int:pk>/", members.member, name="member"),
    path("members/roles/<int:pk>/end/", members.end_role, name="end_role"),
    path("members/leave/", members.leave, name="leave"),
    path("claims/", organization.claim_list, name="claims"),
    path("claims/<int:pk>/", organization.decide_claim, name="decide_claim"),
    path("department/", desks.department, name="department"),
    path("department/history/", desks.department_history, name="department_history"),
    path("department/desks/new/", desks.new_desk, name="new_desk"),
    path("department/desks/<int:pk>/", desks.desk, name="desk"),
    path("department/desks/<int:pk>/unseat/<int:user_id>/", desks.unseat, name="unseat"),
    path("department/absence/", desks.absence, name="absence"),
    path("department/absence/<int:pk>/cancel/", desks.cancel_absence, name="cancel_absence"),
    path("departments/", oversight.department_list, name="departments"),
    path("audit/engagements/", oversight.engagement_list, name="engagements"),
    path("audit/engagements/new/", oversight.new_engagement, name="new_engagement"),
    path("audit/engagements/<int:pk>/end/", oversight.end_engagement, name="end_engagement"),
    path("audit/organizations/<int:pk>/", oversight.audited, name="audited"),
    path("audit/who-viewed/", oversight.who_viewed, name="who_viewed"),
    path("recoveries/", oversight.recovery_list, name="recoveries"),
    path("recoveries/<int:pk>/", oversight.recovery, name="recovery"),
    path("recoveries/<int:pk>/stop/", oversight.stop_recovery, name="stop_recovery"),
]
