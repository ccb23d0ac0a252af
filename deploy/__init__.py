"""Everything that puts the rooms to work: the local run, the images, the demo region, the checks on them."""
