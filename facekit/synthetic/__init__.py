"""People who do not exist: seeded, parametric faces as stills and clips, with the boxes and points that are truly there.

Who a person is (Identity), how they are seen (View) and the room behind them come from separate seeds. Drawn with numpy and OpenCV.
"""

from __future__ import annotations

from facekit.synthetic.identity import Identity, identity
from facekit.synthetic.motion import clip
from facekit.synthetic.names import person_name
from facekit.synthetic.scene import Scene, render, scene, still, still_scene
from facekit.synthetic.view import View, random_view

__all__ = ["Identity", "Scene", "View", "clip", "identity", "person_name", "random_view", "render", "scene", "still", "still_scene"]
