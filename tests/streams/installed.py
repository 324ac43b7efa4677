"""A folder that looks as if a distribution with forecast models were installed in it."""

from pathlib import Path

FADING = "tests.streams.fading:Fading"


def install(folder: Path, **models: str) -> Path:
    """The folder has to be on the path of whoever is to find the models."""
    told = folder / "weather_models-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: weather-models\nVersion: 1.0\n")
    lines = "".join(f"{name} = {place}\n" for name, place in models.items())
    (told / "entry_points.txt").write_text(f"[heat.forecasters]\n{lines}")
    return folder
