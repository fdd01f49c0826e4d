"""Who walks: building optimizers and schedules, the step, the hypers that can be turned."""
