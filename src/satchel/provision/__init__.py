"""What an IT department needs to serve a course's hosted activities: files beside the site, made from the same plan."""

from satchel.provision.files import files

__all__ = ["files"]
