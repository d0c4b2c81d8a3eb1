"""Keeps what DebiAI's page, or its data folder, gives: layouts and widget configurations."""

from __future__ import annotations

from debiai_studio.layouts import debiai
from debiai_studio.layouts.configurations import Configurations
from debiai_studio.layouts.debiai import DebiaiConfiguration, DebiaiLayout
from debiai_studio.layouts.model import Layout, WidgetConfiguration
from debiai_studio.layouts.service import Layouts


class FromDebiai:
    """Layouts and widget configurations in DebiAI's shape, kept as our own."""

    def __init__(
        self, layouts: Layouts, configurations: Configurations, schemas: debiai.Schemas
    ) -> None:
        self._layouts = layouts
        self._configurations = configurations
        self._schemas = schemas

    def layouts(self) -> list[Layout]:
        """Those that came from DebiAI, the one made first first."""
        ours = (one for one in self._layouts.list() if "debiai" in one.document)
        return sorted(ours, key=lambda one: (one.created_at, one.id))

    def save_layout(self, given: DebiaiLayout) -> Layout:
        """Keep a layout. Of a project's last ones (``lastLayoutSaved``) only the newest stays.

        Raises LayoutNameMissing.
        """
        before = [
            one
            for one in self.layouts()
            if given.lastLayoutSaved
            and one.document["debiai"].get("lastLayoutSaved")
            and (one.source, one.project) == (given.source, given.projectId)
        ]
        saved = self._layouts.save(
            name=given.name,
            description=given.description,
            source=given.source,
            project=given.projectId,
            document=debiai.document_of(given, self._schemas),
        )
        for one in before:
            self._layouts.delete(one.id)
        return saved

    def configurations(self) -> list[WidgetConfiguration]:
        """Those that came from DebiAI, the one made first first."""
        return [one for one in self._configurations.list() if one.debiai is not None]

    def save_configuration(self, key: str, given: DebiaiConfiguration) -> WidgetConfiguration:
        """Keep the settings of a widget, by DebiAI's key of it."""
        kind, _ = debiai.WIDGETS.get(key, (key, {}))
        return self._configurations.save(
            kind=kind,
            name=given.name,
            description=given.description,
            source=given.source,
            project=given.projectId,
            settings=debiai.settings_of(key, given.configuration, self._schemas),
            debiai={**given.model_dump(exclude_unset=True), "widgetKey": key},
        )
