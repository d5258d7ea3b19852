"""The page of `tools live`: photos, a camera, teaching, through the native core, in a browser."""
