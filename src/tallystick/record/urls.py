from django.urls import path, re_path

from tallystick.record import views

# The published log, by the names that c2sp.org/tlog-tiles gives.
log = [
    path("record/checkpoint", views.checkpoint, name="record_checkpoint"),
    path("record/checkpoint.<str:size>", views.older_checkpoint, name="record_older_checkpoint"),
    re_path("^record/(?P<name>vkeys?)$", views.verifier_keys, name="record_verifier_keys"),
    path("record/tile/<path:rest>", views.tile, name="record_tile"),
    re_path("^record/files/(?P<digest>[0-9a-f]{64})$", views.file, name="record_file"),
]

urlpatterns = [*log]
