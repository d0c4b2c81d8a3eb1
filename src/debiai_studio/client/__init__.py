"""The running server as a script sees it: projects, selections, exports, and what became of them.

studio = debiai_studio.connect()
delivery = studio.project("flights").export("My_method", selection="Late at JFK")
delivery.wait()
"""

from __future__ import annotations

from debiai_studio.client.delivery import DeliveryFailed, RemoteDelivery, StillUnderWay
from debiai_studio.client.errors import NoServer, Refused
from debiai_studio.client.studio import RemoteProject, RemoteStudio, connect

__all__ = [
    "DeliveryFailed",
    "NoServer",
    "Refused",
    "RemoteDelivery",
    "RemoteProject",
    "RemoteStudio",
    "StillUnderWay",
    "connect",
]
