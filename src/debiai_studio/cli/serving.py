"""Runs the server: says where it is, opens the browser, ends in order."""

from __future__ import annotations

import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable

from debiai_studio import __version__
from debiai_studio.bootstrap import Application, build
from debiai_studio.cli.open_files import raise_open_files
from debiai_studio.debiai_folder.reading import project_folders
from debiai_studio.listening import Address, listen, web_server
from debiai_studio.settings import Settings
from debiai_studio.whereabouts import Whereabouts, told

__all__ = ["Address", "serve"]


def serve(settings: Settings, when_ready: Callable[[Application, Address], str | None]) -> None:
    """Serve until interrupted.

    ``when_ready`` is called in a thread of its own once the server answers; the path that it
    returns is what the browser opens. Raises PortTaken, and what ``build`` raises.
    """
    raise_open_files()
    # The web server sends the signal again once it has ended; what runs behind it ends then.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    listening, address = listen(settings)
    with listening:
        application = build(settings, token=address.token, url=address.url)
        listening.listen()  # who opens the address from now on waits instead of being refused
        try:
            with told(settings.studio_folder, Whereabouts(address.url, address.token)):
                _say(settings, address)
                _tell_of_debiai(settings, application)
                threading.Thread(
                    target=_open, args=(settings, application, address, when_ready), daemon=True
                ).start()
                web_server(application.asgi).run(sockets=[listening])
        except KeyboardInterrupt:
            print("\nEnded.")
        finally:
            application.close()
            if application.is_stuck():
                print("A place that does not answer was left behind; its export is tried again.")
                sys.stdout.flush()
                os._exit(0)


def _say(settings: Settings, address: Address) -> None:
    print(f"DebiAI Studio {__version__}")
    print(f"  data   {settings.data_folder}")
    print(f"  open   {address.url}")
    if address.token is not None:
        print(f"  token  {address.token}")
    print("  end with Ctrl+C", flush=True)


def _tell_of_debiai(settings: Settings, application: Application) -> None:
    """Say that DebiAI's own projects are in the data folder and not brought in."""
    here = {one.name for one in application.services.projects.list()}
    left = [one.name for one in project_folders(settings.data_folder) if one.name not in here]
    if left:
        print(
            f"  DebiAI left {len(left):,} projects in the data folder that are not here: end this, "
            f"and run debiai import-debiai {settings.data_folder}",
            flush=True,
        )


def _open(
    settings: Settings,
    application: Application,
    address: Address,
    when_ready: Callable[[Application, Address], str | None],
) -> None:
    application.ready.wait()
    path = when_ready(application, address)
    if settings.browser and path is not None:
        webbrowser.open(address.url + path.lstrip("/"))
