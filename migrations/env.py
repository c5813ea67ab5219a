"""Runs the migrations on the connection that survey.schema hands over, in its transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    if context.get_context().dialect.name == "postgresql":
        # A migration that cannot get its lock must not queue in front of residents' answers.
        context.get_context().connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
    context.run_migrations()
