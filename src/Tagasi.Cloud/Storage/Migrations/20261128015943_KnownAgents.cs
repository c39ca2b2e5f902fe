using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Tagasi.Cloud.Storage.Migrations
{
    /// <inheritdoc />
    public partial class KnownAgents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "KnownAgents",
                table: "Agents",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "KnownAgents",
                table: "Agents");
        }
    }
}
