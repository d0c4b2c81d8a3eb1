"""What people write beside a project, a selection or a widget."""
