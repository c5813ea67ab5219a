"""Runs the migrations on the connection that survey.site.schema hands over, in its transaction."""

from alembic import context

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=attributes.get("metadata"),
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    if context.get_context().dialect.name == "postgresql":
        # A migration that cannot get its lock must not queue in front of residents' answers.
        context.get_context().connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
        # Nor may one keep them out for longer than a break announced beforehand.
        context.get_context().connection.exec_driver_sql("SET LOCAL statement_timeout = '15min'")
    context.run_migrations()
