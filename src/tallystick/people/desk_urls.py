"""The people room's addresses at the desk."""

from django.urls import path

from tallystick.people import desk_jobs as jobs
from tallystick.people.desk import page

app_name = "people_desk"
urlpatterns = [
    path("people/committees/new/", page(jobs.OPEN_COMMITTEE), name="open_committee"),
    path("people/seats/new/", page(jobs.SEAT_MEMBER), name="seat_member"),
    path("people/seats/<str:committee>/leave/", page(jobs.LEAVE_SEAT), name="leave_seat"),
    path("people/leave/", page(jobs.LEAVE), name="leave"),
    path("people/rights/new/", page(jobs.GRANT_MANDATE), name="grant_mandate"),
    path("people/rights/<str:mandate>/give-back/", page(jobs.RESIGN_MANDATE), name="resign_mandate"),
    path("people/organisations/new/", page(jobs.ADD_ORGANISATION), name="add_organisation"),
    path("people/speakers/new/", page(jobs.NAME_REPRESENTATIVE), name="name_representative"),
    path("people/speakers/end/", page(jobs.END_REPRESENTATIVE), name="end_representative"),
    path("people/keys/new/", page(jobs.REGISTER_KEY), name="register_key"),
    path("people/keys/revoke/", page(jobs.REVOKE_KEY), name="revoke_key"),
]
