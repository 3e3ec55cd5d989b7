"""The awards of three articles written for OpenFisca-core, to compare with; runs in an environment of its own."""
