"""`opttui.track`: a training script of one's own as a run like any other. Never changes what the script computes."""
