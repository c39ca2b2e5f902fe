using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Tagasi.Cloud.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Onboarding : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "Epoch",
                table: "WritebackRequests",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1L);

            migrationBuilder.AddColumn<bool>(
                name: "AllowsUnlock",
                table: "Tenants",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "Epoch",
                table: "Tenants",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<bool>(
                name: "IsWritebackEnabled",
                table: "Tenants",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "WritesPasswords",
                table: "Tenants",
                type: "INTEGER",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<int>(
                name: "ProtocolVersion",
                table: "Agents",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "SealingEpoch",
                table: "Agents",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "SealingKeyId",
                table: "Agents",
                type: "TEXT",
                nullable: true);

            // Tenants that were there before writeback could be enabled had it enabled.
            migrationBuilder.Sql("UPDATE Tenants SET IsWritebackEnabled = 1, Epoch = 1 WHERE Id <> '00000000-0000-0000-0000-000000000000'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Epoch",
                table: "WritebackRequests");

            migrationBuilder.DropColumn(
                name: "AllowsUnlock",
                table: "Tenants");

            migrationBuilder.DropColumn(
                name: "Epoch",
                table: "Tenants");

            migrationBuilder.DropColumn(
                name: "IsWritebackEnabled",
                table: "Tenants");

            migrationBuilder.DropColumn(
                name: "WritesPasswords",
                table: "Tenants");

            migrationBuilder.DropColumn(
                name: "ProtocolVersion",
                table: "Agents");

            migrationBuilder.DropColumn(
                name: "SealingEpoch",
                table: "Agents");

            migrationBuilder.DropColumn(
                name: "SealingKeyId",
                table: "Agents");
        }
    }
}
