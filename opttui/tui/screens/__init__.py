"""The screens: they translate keys to wishes and pictures to widgets, and decide nothing else."""
