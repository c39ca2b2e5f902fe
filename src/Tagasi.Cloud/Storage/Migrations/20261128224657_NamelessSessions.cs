using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Tagasi.Cloud.Storage.Migrations
{
    /// <inheritdoc />
    public partial class NamelessSessions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // What was typed is not carried over: some of it may be passwords.
            // By a statement of SQLite's own: EF Core would make the whole table anew, and warn of what follows.
            migrationBuilder.Sql("""ALTER TABLE "RecoverySessions" DROP COLUMN "TypedName" """);

            migrationBuilder.AddColumn<byte[]>(
                name: "TypedName",
                table: "RecoverySessions",
                type: "BLOB",
                nullable: false,
                defaultValue: new byte[0]);

            migrationBuilder.AddColumn<string>(
                name: "Actor",
                table: "RecoverySessions",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.Sql("""UPDATE "RecoverySessions" SET "Actor" = COALESCE((SELECT "UserPrincipalName" FROM "Users" WHERE "Users"."Id" = "RecoverySessions"."UserId"), '?@?')""");
            migrationBuilder.Sql("""UPDATE "AuditEvents" SET "Actor" = '?@?' WHERE "UserId" IS NULL AND "Activity" IN ('Self-service password reset flow activity progress', 'Blocked from self-service password reset')""");
            migrationBuilder.Sql("""UPDATE "AuditEvents" SET "Actor" = '?' WHERE "Problem" IN ('administrator-sign-in-failed', 'administrator-required') AND "Actor" NOT IN (SELECT "Name" FROM "Administrators") AND "Actor" NOT IN (SELECT "UserPrincipalName" FROM "Users")""");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Actor",
                table: "RecoverySessions");

            migrationBuilder.DropColumn(
                name: "TypedName",
                table: "RecoverySessions");

            migrationBuilder.AddColumn<string>(
                name: "TypedName",
                table: "RecoverySessions",
                type: "TEXT",
                nullable: false,
                defaultValue: "");
        }
    }
}
