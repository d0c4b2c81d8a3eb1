"""Why blocks, or results of them, cannot be taken.

StudioError
├── Invalid
│   ├── BadName          a project cannot have the name
│   │   └── BadModelName
│   ├── BadStructure     blocks or expected results are not described as they must be
│   ├── BadBlocks        blocks do not fit the structure
│   └── BadResults       results do not fit the samples or the expected results
└── Conflict
    ├── ProjectExists
    ├── ModelExists
    └── AlreadySet       the structure, or the expected results
"""

from __future__ import annotations

from debiai_studio.errors import Conflict, Invalid


class BadName(Invalid):
    """A project cannot have the name."""

    code = "blocks.bad_name"
    title = "Name not possible"


class BadModelName(BadName):
    """A model cannot have the name."""

    code = "blocks.bad_model_name"


class BadStructure(Invalid):
    """Blocks or expected results are not described as they must be."""

    code = "blocks.bad_structure"
    title = "Structure not valid"


class BadBlocks(Invalid):
    """Blocks do not fit the structure of the project; none was stored."""

    code = "blocks.bad_blocks"
    title = "Blocks do not fit"

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason} Nothing was stored.")


class BadResults(Invalid):
    """Results do not fit the samples or the expected results; none was stored."""

    code = "blocks.bad_results"
    title = "Results do not fit"

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason} Nothing was stored.")


class ProjectExists(Conflict):
    """Another project has the name."""

    code = "blocks.project_exists"
    title = "Project exists"

    def __init__(self) -> None:
        super().__init__("Project already exists")


class ModelExists(Conflict):
    """Another model of the project has the name."""

    code = "blocks.model_exists"
    title = "Model exists"

    def __init__(self, name: str) -> None:
        super().__init__(f"Model {name} already exists")
        self.name = name


class AlreadySet(Conflict):
    """What is set once was set before, to something else."""

    code = "blocks.already_set"
    title = "Already set"

    def __init__(self, what: str) -> None:
        super().__init__(f"The {what} of this project are already set; make another project.")
        self.what = what
