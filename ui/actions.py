"""The one table of what can be done from the menus and the keyboard. Names only: app.py binds each to its handler."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Menu(StrEnum):
    """The menus, in order; the ampersand marks the access key."""

    FILE = "&File"
    PEOPLE = "&People"
    MODEL = "&Model"
    VIEW = "&View"
    HELP = "&Help"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done.

    Args:
        name: What app.py binds.
        shortcut: As Qt writes it; empty where the menu is enough.
        help: One sentence for the tooltip and the list of keys.
        page: The only page on which it can be done; empty: everywhere.
        goes_there: Whether it can be chosen from other pages too, and then goes to its own first.
        choice: The group of which exactly one is chosen at a time; empty: a plain action.
        begins_section: Whether a line is drawn above it.
    """

    name: str
    menu: Menu
    text: str
    shortcut: str
    help: str
    icon: str = ""
    page: str = ""
    goes_there: bool = False
    choice: str = ""
    begins_section: bool = False


LIVE: Final = "live"
PEOPLE: Final = "people"
MODELS: Final = "models"
EVENTS: Final = "events"

ACTIONS: Final[tuple[Action, ...]] = (
    Action("source_video", Menu.FILE, "Open &video…", "Ctrl+O", "Take the pictures from a video file.", "video"),
    Action("source_folder", Menu.FILE, "Open &folder of pictures…", "Ctrl+Shift+O", "Take the pictures from a folder.", "folder"),
    Action("source_stream", Menu.FILE, "Connect a &stream…", "Ctrl+L", "Take the pictures from a network camera's address.", "stream"),
    Action("source_synthetic", Menu.FILE, "S&ynthetic people", "Ctrl+Y", "Try with people who do not exist.", "synthetic"),
    Action("source_again", Menu.FILE, "Open the source &again", "F5", "Look for cameras again and open the last source anew.", "again"),
    Action(
        "export_events", Menu.FILE, "E&xport the events…", "", "Write the sightings into a file for a spreadsheet.", "export", page=EVENTS
    ),
    Action("show_settings", Menu.FILE, "Se&ttings", "Ctrl+,", "Go to what can be chosen.", "settings", begins_section=True),
    Action("quit", Menu.FILE, "&Quit", "Ctrl+Q", "Close the window and stop the engine.", begins_section=True),
    Action("enrol", Menu.PEOPLE, "&Enrol the face in view…", "Ctrl+E", "Enrol the face before the camera.", "enrol", page=LIVE),
    Action("find_person", Menu.PEOPLE, "&Find…", "Ctrl+F", "Search the people by name.", "search", page=PEOPLE),
    Action(
        "add_pictures", Menu.PEOPLE, "&Add pictures…", "Ctrl+Shift+E", "Enrol more pictures of the chosen person.", "enrol", page=PEOPLE
    ),
    Action("rename", Menu.PEOPLE, "Re&name", "F2", "Give the chosen person another name.", "rename", page=PEOPLE),
    Action("merge", Menu.PEOPLE, "&Merge the two…", "Ctrl+M", "Make one person of the two that are chosen.", "merge", page=PEOPLE),
    Action(
        "remove",
        Menu.PEOPLE,
        "&Remove",
        "Del",
        "Remove the chosen people; this can be undone until the window closes.",
        "remove",
        page=PEOPLE,
    ),
    Action("undo_removal", Menu.PEOPLE, "&Undo the removal", "Ctrl+Z", "Bring back whom you removed last.", "undo", page=PEOPLE),
    Action(
        "toggle_cards", Menu.PEOPLE, "&Cards or table", "Ctrl+T", "Show the people as cards with faces, or as a table.", "grid", page=PEOPLE
    ),
    Action(
        "restart_engine", Menu.MODEL, "Restart the &engine", "Ctrl+R", "Start the process again that finds and compares faces.", "again"
    ),
    Action(
        "show_retrain",
        Menu.MODEL,
        "Re&train…",
        "",
        "Train the encoder in use further on your own people.",
        "training",
        begins_section=True,
    ),
    Action(
        "compare_encoders",
        Menu.MODEL,
        "&Compare two…",
        "",
        "Measure two encoders on the same labelled pictures.",
        "compare",
        page=MODELS,
        goes_there=True,
    ),
    Action(
        "roll_back",
        Menu.MODEL,
        "Roll &back…",
        "",
        "Make the encoder before the last change the active one again.",
        "undo",
        page=MODELS,
        goes_there=True,
    ),
    Action(
        "reencode",
        Menu.MODEL,
        "Re-e&ncode",
        "",
        "Bring kept pictures of enrolled people across to the active encoder.",
        "reencode",
        page=MODELS,
        goes_there=True,
    ),
    Action(
        "import_encoder",
        Menu.MODEL,
        "&Import…",
        "",
        "Install an encoder from a folder with its card.",
        "import",
        page=MODELS,
        goes_there=True,
        begins_section=True,
    ),
    Action(
        "export_encoder",
        Menu.MODEL,
        "E&xport…",
        "",
        "Write the active encoder with its card into a file.",
        "export",
        page=MODELS,
        goes_there=True,
    ),
    Action(
        "show_threshold",
        Menu.MODEL,
        "&Limit from your own people…",
        "Ctrl+Shift+L",
        "Measure the limit τ on enrolled people and folders, see it drawn, and use it.",
        "limit",
        begins_section=True,
    ),
    Action("show_live", Menu.VIEW, "&Live", "Ctrl+1", "Go to the camera picture.", "live"),
    Action("show_enrol", Menu.VIEW, "&Enrol", "Ctrl+2", "Enrol people at a camera, from photos or from folders.", "enrol"),
    Action("show_verify", Menu.VIEW, "&Verify", "Ctrl+3", "Ask whether somebody is the person they are said to be.", "verify"),
    Action("show_people", Menu.VIEW, "&People", "Ctrl+4", "Go to the list of enrolled people.", "people"),
    Action("show_events", Menu.VIEW, "Eve&nts", "Ctrl+5", "Go to who was seen when.", "events"),
    Action("show_lab", Menu.VIEW, "La&b", "Ctrl+6", "Try the lecture's filters and systems on a picture.", "lab"),
    Action("show_training", Menu.VIEW, "&Training", "Ctrl+7", "Go to the recipes and the runs.", "training"),
    Action("show_models", Menu.VIEW, "&Models", "Ctrl+8", "Go to the encoders on this machine.", "models"),
    Action("freeze", Menu.VIEW, "&Freeze the picture", "F", "Hold the picture, or let it go on.", "freeze", page=LIVE, begins_section=True),
    Action(
        "theme_system", Menu.VIEW, "Theme: as the s&ystem", "", "Light or dark, as the system has it.", choice="theme", begins_section=True
    ),
    Action("theme_light", Menu.VIEW, "Theme: l&ight", "", "Dark words on a light ground.", choice="theme"),
    Action("theme_dark", Menu.VIEW, "Theme: &dark", "", "Light words on a dark ground.", choice="theme"),
    Action("palette", Menu.HELP, "&Commands…", "Ctrl+K", "Find anything that can be done by its name, and do it.", "search"),
    Action("show_guide", Menu.HELP, "&Guide", "F1", "Read how everything is done, step by step.", "question"),
    Action("show_keys", Menu.HELP, "&Keyboard", "Ctrl+/", "List the keys."),
    Action(
        "show_about", Menu.HELP, "&About Facekit", "", "Versions, licences, models, and whether all is well.", "about", begins_section=True
    ),
)


def action(name: str) -> Action:
    """The row of that name."""
    return next(row for row in ACTIONS if row.name == name)


def plain(row: Action) -> str:
    """The action's words without the mark of its access key."""
    return row.text.replace("&", "")


def search(query: str) -> tuple[Action, ...]:
    """The actions in whose words or sentence every word of the query occurs, those first where it is in the words themselves."""
    words = query.casefold().split()
    found = [row for row in ACTIONS if all(word in f"{plain(row)} {row.help} {row.menu}".casefold() for word in words)]
    return tuple(sorted(found, key=lambda row: not all(word in plain(row).casefold() for word in words)))
