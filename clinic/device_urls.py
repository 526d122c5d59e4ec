"""Routes of what a browser keeps of the program."""

from django.urls import path

from clinic.views import device, push

urlpatterns = [
    path("device-key/", device.device_key, name="device_key"),
    path("sw.js", device.service_worker, name="service_worker"),
    path("offline/", device.offline, name="offline"),
    path("manifest.webmanifest", device.manifest, name="manifest"),
    path("push/", push.push_start, name="push_start"),
    path("push/end/", push.push_end, name="push_end"),
]
